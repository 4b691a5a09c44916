"""The Basel Face Model 2009 (Paysan et al., AVSS 2009) with expressions, for 3DMM fitting."""
