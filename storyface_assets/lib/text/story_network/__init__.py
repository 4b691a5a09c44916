"""Small recurrent networks over the sentences of a story, each seen as its words and its meaning.

They know words by heart, which a pre-trained encoder does not, and read a story in its order (long
ones in parts):
a hierarchy of bags of words (Joulin et al. 2017, "Bag of Tricks for Efficient Text
Classification") and gated recurrent units (Cho et al. 2014), as of Yang et al. 2016, "Hierarchical
Attention Networks". One is trained in
minutes of one core; several are asked and averaged.
"""
