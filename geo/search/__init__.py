"""A place and clinics in, the nearest clinics in order of distance out, and the words for them."""
