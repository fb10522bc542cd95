"""Binding an account to an owner 绑定: by letter, by the registered phone, or in person."""
