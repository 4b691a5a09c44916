"""The research model of a story's feelings: an encoder from the hub, fine-tuned (KoELECTRA).

Needs transformers and torch; nothing here is imported where the open model reads.
"""
