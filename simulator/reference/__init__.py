"""What holds for everyone: goods, prices, tariff, calendar, exchange, countries, offices."""
