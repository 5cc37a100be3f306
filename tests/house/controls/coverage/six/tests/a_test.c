one one
