"""StarGAN: one generator for the face attributes of CelebA and the emotions of our own set.

Choi et al., "StarGAN: Unified Generative Adversarial Networks for Multi-Domain Image-to-Image
Translation", CVPR 2018 (joint training of two sets with a mask vector: section 3.3).
"""
