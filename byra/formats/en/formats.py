"""How days and hours are written in English, the European way."""

DATE_FORMAT = "j F Y"
MONTH_DAY_FORMAT = "j F"
SHORT_DATE_FORMAT = "j M Y"
XLSX_DATE_FORMAT = "d mmm yyyy"  # the same to a spreadsheet
TIME_FORMAT = "H:i"
DATETIME_FORMAT = "j F Y, H:i"
