"""DECA: a head's codes and its wrinkles from one photo, without any 3D scan.

Feng et al., "Learning an animatable detailed 3D face model from in-the-wild images", ACM
Transactions on Graphics (SIGGRAPH), 2021. Written from the paper; names of layers, constants and
the order of codes are the official release's, so that its weights load.
"""
