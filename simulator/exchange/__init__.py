"""Exchange with others: certificates, licences, statistics, parcels, cases, messages."""
