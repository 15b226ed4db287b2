"""A plain Streamlit app over the same clinics, to measure ours beside."""
