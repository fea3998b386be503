"""LTI 1.3 as a protocol: what messages, tokens and keys look like. Nothing here stores, and nothing answers pages."""
