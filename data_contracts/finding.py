"""What a probability, a rate or a margin of ours says; stands wherever one of them is shown."""

FINDING_VI = (
    "Xác suất, tỷ lệ và điểm biên cho biết khả năng kiểm tra tìm thấy sai, không phải tỷ lệ hàng "
    "sai: kiểm tra bỏ sót nhiều, nên hàng sai nhiều hơn."
)
FINDING_EN = (
    "Probabilities, rates and margins tell the chance that an inspection finds something, not the "
    "share of goods that are irregular: inspections miss much, so more is irregular."
)
