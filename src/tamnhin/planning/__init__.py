"""Pages on which a company writes its plan: from the vision down to what each person does, agreed step by step."""
