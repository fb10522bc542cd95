"""谁主管、谁负责: which body a whistle goes to, and what may be asked of the 居委会."""
