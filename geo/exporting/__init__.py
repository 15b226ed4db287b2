"""What leaves the program: tables of clinics in, JSON, GeoJSON and CSV out, safe in a spreadsheet."""
