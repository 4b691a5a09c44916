"""Head models: codes in, posed and textured heads out."""
