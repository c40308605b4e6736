"""Who may do what: questions and answers. The rules themselves are policies (data), judged behind `application.authority.Authority`."""
