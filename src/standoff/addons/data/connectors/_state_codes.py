"""State names of SIPRI and the Kiel Institute, mapped to ISO 3166 alpha-3 codes.

A table and not a library, since an unknown name must be reported and never guessed. Former states have their former
codes (ISO 3166-3: `SUN`, `YUG`, `CSK`, `DDR`, `YMD`); Kosovo has the usual `XKX`.

`EU` are the institutions of the European Union as a donor.
"""

from __future__ import annotations

from types import MappingProxyType

TABLE = """
AFG Afghanistan|ALB Albania|DZA Algeria|AGO Angola|ARG Argentina|ARM Armenia|AUS Australia|AUT Austria|AZE Azerbaijan
BHR Bahrain|BGD Bangladesh|BLR Belarus|BEL Belgium|BLZ Belize|BEN Benin|BOL Bolivia|BIH Bosnia and Herzegovina
BWA Botswana|BRA Brazil|BRN Brunei|BGR Bulgaria|BFA Burkina Faso|BDI Burundi|KHM Cambodia|CMR Cameroon|CAN Canada
CPV Cape Verde|CAF Central African Republic|TCD Chad|CHL Chile|CHN China|COL Colombia|COD Congo, DR
COG Congo, Republic|CRI Costa Rica|CIV Cote d'Ivoire|CIV Côte d'Ivoire|HRV Croatia|CUB Cuba|CYP Cyprus|CZE Czechia
CZE Czech Republic|CSK Czechoslovakia|DNK Denmark|DJI Djibouti|DOM Dominican Republic|ECU Ecuador|EGY Egypt
SLV El Salvador|GNQ Equatorial Guinea|ERI Eritrea|EST Estonia|SWZ Eswatini|ETH Ethiopia|EU European Union
EU EU (Commission and Council)|FJI Fiji|FIN Finland|FRA France|GAB Gabon|GMB Gambia, The|GEO Georgia
DDR German Democratic Republic|DEU Germany|GHA Ghana|GRC Greece|GTM Guatemala|GIN Guinea|GNB Guinea-Bissau
GUY Guyana|HTI Haiti|HND Honduras|HUN Hungary|ISL Iceland|IND India|IDN Indonesia|IRN Iran|IRQ Iraq|IRL Ireland
ISR Israel|ITA Italy|JAM Jamaica|JPN Japan|JOR Jordan|KAZ Kazakhstan|KEN Kenya|PRK Korea, North|PRK North Korea
KOR Korea, South|KOR South Korea|XKX Kosovo|KWT Kuwait|KGZ Kyrgyz Republic|KGZ Kyrgyzstan|LAO Laos|LVA Latvia
LBN Lebanon|LSO Lesotho|LBR Liberia|LBY Libya|LTU Lithuania|LUX Luxembourg|MDG Madagascar|MWI Malawi|MYS Malaysia
MLI Mali|MLT Malta|MRT Mauritania|MUS Mauritius|MEX Mexico|MDA Moldova|MNG Mongolia|MNE Montenegro|MAR Morocco
MOZ Mozambique|MMR Myanmar|NAM Namibia|NPL Nepal|NLD Netherlands|NZL New Zealand|NIC Nicaragua|NER Niger|NGA Nigeria
MKD North Macedonia|NOR Norway|OMN Oman|PAK Pakistan|PAN Panama|PNG Papua New Guinea|PRY Paraguay|PER Peru
PHL Philippines|POL Poland|PRT Portugal|QAT Qatar|ROU Romania|RUS Russia|RWA Rwanda|SAU Saudi Arabia|SEN Senegal
SRB Serbia|SYC Seychelles|SLE Sierra Leone|SGP Singapore|SVK Slovakia|SVN Slovenia|SOM Somalia|ZAF South Africa
SSD South Sudan|ESP Spain|LKA Sri Lanka|SDN Sudan|SWE Sweden|CHE Switzerland|SYR Syria|TWN Taiwan|TJK Tajikistan
TZA Tanzania|THA Thailand|TLS Timor Leste|TLS Timor-Leste|TGO Togo|TTO Trinidad and Tobago|TUN Tunisia
TKM Turkmenistan|TUR Türkiye|TUR Turkiye|TUR Turkey|SUN USSR|UGA Uganda|UKR Ukraine|ARE United Arab Emirates
GBR United Kingdom|USA United States of America|USA United States|URY Uruguay|UZB Uzbekistan|VEN Venezuela
VNM Viet Nam|VNM Vietnam|YEM Yemen|YMD Yemen, South|YUG Yugoslavia|ZMB Zambia|ZWE Zimbabwe
"""
CODES = MappingProxyType(
    {
        name.casefold(): code
        for entry in TABLE.replace("\n", "|").split("|")
        if entry
        for code, name in [entry.split(" ", 1)]
    }
)


def code(name: str) -> str | None:
    """The code of a state; None for unknown names (`Yemen, North` never had a code)."""
    return CODES.get(" ".join(name.split()).casefold())
