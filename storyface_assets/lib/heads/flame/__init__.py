"""FLAME 2020 and 2023 (Li et al., SIGGRAPH Asia 2017): read once, converted, and posed."""
