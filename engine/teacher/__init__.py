"""The base model's transformer as a row of blocks that can be run one by one."""
