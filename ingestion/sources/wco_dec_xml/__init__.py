"""WCO Data Model declarations: XML messages, originals and what amends them."""
