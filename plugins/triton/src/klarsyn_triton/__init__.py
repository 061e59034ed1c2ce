"""Engines whose model runs in a server that speaks KServe v2 by gRPC, such as Triton."""
