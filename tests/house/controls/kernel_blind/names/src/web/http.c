extern const struct system sewer;
