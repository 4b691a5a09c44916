"""The research model of a story's feelings: an encoder, fine-tuned (KoELECTRA from the hub, or E5).

Needs transformers and torch; nothing here is imported where the open model reads.
"""
