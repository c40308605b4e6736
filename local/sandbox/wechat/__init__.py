"""WeChat Official Account, as Tencent's servers behave towards an account's own server."""
