"""The hourly rate behind published costs, as ranges that rounding leaves open."""
