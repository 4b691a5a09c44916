"""The research model of a story's feelings: an encoder, fine-tuned (KoELECTRA from the hub, or E5).

The shipped encoder needs torch alone; transformers is imported for others only.
"""
