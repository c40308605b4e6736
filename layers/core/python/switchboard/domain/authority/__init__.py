"""Who may do what: questions and answers. The rules are policies (data), judged behind `application.authority.Authority`."""
