"""What needs several houses, put together."""
