"""Words in the reader's language: a message and a locale in, text, numbers and dates out."""
