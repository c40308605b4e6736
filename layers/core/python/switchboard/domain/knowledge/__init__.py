"""The company's articles, and how the one that answers a customer's question is found."""
