"""Filing: numbers, content-addressed files, attachments, links, comments, and the one function that moves a record."""
