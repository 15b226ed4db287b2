"""Clinics, for operators: search, edit, close, withdraw, merge and split, one by one."""

from __future__ import annotations

import streamlit as st

from pages.parts import gate

who = gate.require()
st.html("<h1>Clinics</h1>")
gate.show_login(who)
