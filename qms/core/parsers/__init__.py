"""Reading files of strangers: what each is, its text, its tables, its pages as pictures."""
