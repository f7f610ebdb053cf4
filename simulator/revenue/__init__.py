"""How money moves: what declarations owe, who pays it when, what is corrected, what stays open."""
