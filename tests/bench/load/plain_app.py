"""What Streamlit itself costs: a page that takes a text and does nothing with it."""

import streamlit as st

with st.form("place"):
    text = st.text_input("Place")
    st.form_submit_button("Search")
st.markdown(f"You typed {text}.")
