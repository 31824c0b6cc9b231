"""What users may ask of jobs, over ports to the world; knows no database, process or wire format."""
