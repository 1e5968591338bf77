"""Names of actors: states with demonyms and capitals, offices, persons, blocs, media.

Convention for contested places: a territory with a code of its own in ISO 3166 has that code (TWN, PSE, ESH, HKG); one
without has the code of the state that ISO 3166-2 lists it under (Crimea and Donbas UKR, Abkhazia and South Ossetia GEO,
Transnistria MDA, Nagorno-Karabakh AZE); Kosovo has the usual XKX. The code identifies a name and takes no position on
sovereignty. Kashmir and Korea name no single state and have no code; Congo alone is COD, the larger of the two. `the
West` and `Europe` are actors of their own and never stand for their members.

The table is our own and not a library's, since an unknown name must be reported and never guessed.
"""

from __future__ import annotations

#: code | names | demonyms | capital
STATES = """
AFG|Afghanistan|Afghan|Kabul
ALB|Albania|Albanian|Tirana
DZA|Algeria|Algerian|Algiers
AGO|Angola|Angolan|Luanda
ARG|Argentina|Argentine,Argentinian|Buenos Aires
ARM|Armenia|Armenian|Yerevan
AUS|Australia|Australian|Canberra
AUT|Austria,Austria-Hungary|Austrian,Austro-Hungarian|Vienna
AZE|Azerbaijan|Azerbaijani,Azeri|Baku
BHR|Bahrain|Bahraini|Manama
BGD|Bangladesh|Bangladeshi|Dhaka
BLR|Belarus,Byelorussia|Belarusian,Belarussian|Minsk
BEL|Belgium|Belgian|
BEN|Benin|Beninese|Porto-Novo
BTN|Bhutan|Bhutanese|Thimphu
BOL|Bolivia|Bolivian|La Paz
BIH|Bosnia and Herzegovina,Bosnia|Bosnian|Sarajevo
BWA|Botswana|Botswanan|Gaborone
BRA|Brazil|Brazilian|Brasilia,Brasília
BRN|Brunei|Bruneian|
BGR|Bulgaria|Bulgarian|Sofia
BFA|Burkina Faso|Burkinabe|Ouagadougou
BDI|Burundi|Burundian|Gitega
KHM|Cambodia|Cambodian|Phnom Penh
CMR|Cameroon|Cameroonian|Yaounde
CAN|Canada|Canadian|Ottawa
CAF|Central African Republic|Central African|Bangui
TCD|Chad|Chadian|N'Djamena
CHL|Chile|Chilean|
CHN|China,PRC,People's Republic of China|Chinese,Sino|Beijing,Peking
COL|Colombia|Colombian|Bogota,Bogotá
COD|DR Congo,Congo,DRC,Democratic Republic of the Congo,Democratic Republic of Congo|Congolese|Kinshasa
COG|Republic of the Congo,Congo-Brazzaville||Brazzaville
CRI|Costa Rica|Costa Rican|
CIV|Ivory Coast,Cote d'Ivoire,Côte d'Ivoire|Ivorian|Yamoussoukro
HRV|Croatia|Croatian|Zagreb
CUB|Cuba|Cuban|Havana
CYP|Cyprus|Cypriot|Nicosia
CZE|Czechia,Czech Republic|Czech|Prague
DNK|Denmark|Danish|Copenhagen
DJI|Djibouti|Djiboutian|
DOM|Dominican Republic|Dominican|Santo Domingo
ECU|Ecuador|Ecuadorian,Ecuadorean|Quito
EGY|Egypt|Egyptian|Cairo
SLV|El Salvador|Salvadoran|
GNQ|Equatorial Guinea|Equatoguinean|Malabo
ERI|Eritrea|Eritrean|Asmara
EST|Estonia|Estonian|Tallinn
SWZ|Eswatini,Swaziland|Swazi|
ETH|Ethiopia|Ethiopian|Addis Ababa
FJI|Fiji|Fijian|
FIN|Finland|Finnish|Helsinki
FRA|France|French|Paris
GAB|Gabon|Gabonese|Libreville
GMB|Gambia,The Gambia|Gambian|Banjul
GEO|Georgia|Georgian|Tbilisi
DEU|Germany|German|Berlin
GHA|Ghana|Ghanaian|Accra
GRC|Greece|Greek|Athens
GTM|Guatemala|Guatemalan|
GIN|Guinea|Guinean|Conakry
GNB|Guinea-Bissau||Bissau
GUY|Guyana|Guyanese|
HTI|Haiti|Haitian|Port-au-Prince
HND|Honduras|Honduran|Tegucigalpa
HUN|Hungary|Hungarian|Budapest
ISL|Iceland|Icelandic|Reykjavik
IND|India|Indian|New Delhi,Delhi
IDN|Indonesia|Indonesian|Jakarta
IRN|Iran,Islamic Republic of Iran|Iranian|Tehran,Teheran
IRQ|Iraq|Iraqi|Baghdad
IRL|Ireland|Irish|Dublin
ISR|Israel|Israeli|Jerusalem,Tel Aviv
ITA|Italy|Italian|Rome
JAM|Jamaica|Jamaican|
JPN|Japan|Japanese|Tokyo
JOR|Jordan|Jordanian|Amman
KAZ|Kazakhstan|Kazakh,Kazakhstani|Astana
KEN|Kenya|Kenyan|Nairobi
PRK|North Korea,DPRK|North Korean|Pyongyang
KOR|South Korea,Republic of Korea,ROK|South Korean|Seoul
XKX|Kosovo|Kosovar,Kosovan|Pristina
KWT|Kuwait|Kuwaiti|Kuwait City
KGZ|Kyrgyzstan,Kyrgyz Republic|Kyrgyz|Bishkek
LAO|Laos|Laotian,Lao|Vientiane
LVA|Latvia|Latvian|Riga
LBN|Lebanon|Lebanese|Beirut
LSO|Lesotho||Maseru
LBR|Liberia|Liberian|Monrovia
LBY|Libya|Libyan|Tripoli
LTU|Lithuania|Lithuanian|Vilnius
LUX|Luxembourg|Luxembourgish|
MDG|Madagascar|Malagasy|Antananarivo
MWI|Malawi|Malawian|Lilongwe
MYS|Malaysia|Malaysian|Kuala Lumpur
MLI|Mali|Malian|Bamako
MLT|Malta|Maltese|Valletta
MRT|Mauritania|Mauritanian|Nouakchott
MUS|Mauritius|Mauritian|
MEX|Mexico|Mexican|Mexico City
MDA|Moldova|Moldovan|Chisinau,Chișinău
MNG|Mongolia|Mongolian|Ulaanbaatar
MNE|Montenegro|Montenegrin|Podgorica
MAR|Morocco|Moroccan|Rabat
MOZ|Mozambique|Mozambican|Maputo
MMR|Myanmar,Burma|Burmese|Naypyidaw
NAM|Namibia|Namibian|Windhoek
NPL|Nepal|Nepalese,Nepali|Kathmandu
NLD|Netherlands,Holland|Dutch|Amsterdam,The Hague
NZL|New Zealand||Wellington
NIC|Nicaragua|Nicaraguan|Managua
NER|Niger|Nigerien|Niamey
NGA|Nigeria|Nigerian|Abuja
MKD|North Macedonia,Macedonia|Macedonian|Skopje
NOR|Norway|Norwegian|Oslo
OMN|Oman|Omani|Muscat
PAK|Pakistan|Pakistani|Islamabad
PSE|Palestine|Palestinian|Ramallah
PAN|Panama|Panamanian|
PNG|Papua New Guinea||Port Moresby
PRY|Paraguay|Paraguayan|Asuncion
PER|Peru|Peruvian|Lima
PHL|Philippines|Philippine,Filipino|Manila
POL|Poland|Polish|Warsaw
PRT|Portugal|Portuguese|Lisbon
QAT|Qatar|Qatari|Doha
ROU|Romania|Romanian|Bucharest
RUS|Russia,Russian Federation|Russian,Russo|Moscow
RWA|Rwanda|Rwandan|Kigali
SAU|Saudi Arabia|Saudi,Saudi Arabian|Riyadh
SEN|Senegal|Senegalese|Dakar
SRB|Serbia|Serbian,Serb|Belgrade
SLE|Sierra Leone|Sierra Leonean|Freetown
SGP|Singapore|Singaporean|
SVK|Slovakia|Slovak,Slovakian|Bratislava
SVN|Slovenia|Slovenian,Slovene|Ljubljana
SOM|Somalia|Somali|Mogadishu
ZAF|South Africa|South African|Pretoria
SSD|South Sudan|South Sudanese|Juba
ESP|Spain|Spanish|Madrid
LKA|Sri Lanka|Sri Lankan|Colombo
SDN|Sudan|Sudanese|Khartoum
SWE|Sweden|Swedish|Stockholm
CHE|Switzerland|Swiss|Bern
SYR|Syria|Syrian|Damascus
TWN|Taiwan|Taiwanese|Taipei
TJK|Tajikistan|Tajik|Dushanbe
TZA|Tanzania|Tanzanian|Dodoma
THA|Thailand|Thai|Bangkok
TLS|Timor-Leste,East Timor|Timorese|Dili
TGO|Togo|Togolese|Lome
TUN|Tunisia|Tunisian|Tunis
TKM|Turkmenistan|Turkmen|Ashgabat
TUR|Turkey,Türkiye,Turkiye|Turkish|Ankara
UGA|Uganda|Ugandan|Kampala
UKR|Ukraine|Ukrainian,Ukrainia,Ukraina|Kyiv,Kiev
ARE|United Arab Emirates,UAE,Emirates|Emirati|Abu Dhabi
GBR|United Kingdom,UK,U.K.,Britain,Great Britain|British|London
USA|United States,United States of America,US,U.S.,USA,U.S.A.,America|American|Washington
URY|Uruguay|Uruguayan|Montevideo
UZB|Uzbekistan|Uzbek|Tashkent
VEN|Venezuela|Venezuelan|Caracas
VNM|Vietnam,Viet Nam|Vietnamese|Hanoi
YEM|Yemen|Yemeni|Sanaa
ZMB|Zambia|Zambian|Lusaka
ZWE|Zimbabwe|Zimbabwean|Harare
CSK|Czechoslovakia|Czechoslovak,Czechoslovakian|
USSR|Soviet Union,USSR|Soviet|
YUG|Yugoslavia|Yugoslav|
"""

#: code | names of blocs | their adjectives
BLOCS = """
NATO|NATO,North Atlantic Treaty Organization,North Atlantic Alliance,Atlantic Alliance,Atlantic alliance|
EU|European Union,EU,E.U.|
EUR|Europe,Western Europe,Eastern Europe|European
WEST|the West,The West,Western countries,Western nations,Western states,Western governments,Western powers,Western allies|Western
UN|United Nations,UN,U.N.,Security Council,UN Security Council,General Assembly,UN General Assembly|
UNC|United Nations Command,UN Command|
G7|G7,G-7,Group of Seven|
BRICS|BRICS|
ASEAN|ASEAN|
AU|African Union|
CSTO|CSTO,Collective Security Treaty Organization|
SCO|Shanghai Cooperation Organisation,Shanghai Cooperation Organization|
OPEC|OPEC|
"""

#: code | seats and offices that stand for it
OFFICES = """
RUS|Kremlin
USA|White House,Pentagon,State Department,Capitol Hill,Langley,Oval Office
GBR|Downing Street,Whitehall,Westminster
FRA|Elysee,Élysée,Quai d'Orsay
CHN|Zhongnanhai
KOR|Blue House
EU|Brussels,European Commission,European Council,European Parliament
UKR|Bankova,Verkhovna Rada
DEU|Bundestag,Bundeswehr
ISR|Knesset
USSR|Red Army
IND|Lok Sabha
JPN|Kasumigaseki
"""

#: code | persons who have spoken for it (assumption: as of the 2020s)
PERSONS = """
RUS|Vladimir Putin,Putin,Sergei Lavrov,Lavrov,Shoigu,Belousov,Dmitry Peskov,Peskov,Medvedev
UKR|Volodymyr Zelensky,Zelensky,Zelenskyy,Zaluzhny,Syrskyi,Kuleba,Budanov,Shmyhal
USA|Joe Biden,Biden,Donald Trump,Trump,Antony Blinken,Blinken,Lloyd Austin
CHN|Xi Jinping,Wang Yi,Qin Gang,Li Keqiang,Li Qiang
FRA|Emmanuel Macron,Macron
DEU|Olaf Scholz,Scholz,Angela Merkel,Merkel
GBR|Rishi Sunak,Boris Johnson,Keir Starmer
NATO|Jens Stoltenberg,Stoltenberg,Mark Rutte
PRK|Kim Jong Un,Kim Jong-un
IRN|Khamenei,Raisi
IND|Narendra Modi,Modi
TUR|Recep Tayyip Erdogan,Erdogan,Erdoğan
HUN|Viktor Orban,Orban,Orbán
BLR|Alexander Lukashenko,Lukashenko
ISR|Benjamin Netanyahu,Netanyahu
EU|von der Leyen,Borrell
"""

#: code | places without a code of their own (see the convention above)
PLACES = """
UKR|Crimea,Donbas,Donbass,Donetsk,Luhansk,Lugansk,Kharkiv,Kherson,Zaporizhzhia,Mariupol,Bakhmut,Avdiivka,Odesa,Odessa
GEO|Abkhazia,South Ossetia
MDA|Transnistria
AZE|Nagorno-Karabakh
SYR|Golan Heights
PSE|Gaza,Gaza Strip,West Bank
HKG|Hong Kong
RUS|Chechnya,Kursk,Belgorod
ESH|Western Sahara
"""

#: code | media that speak for a state, and their sides
MEDIA = """
RUS|TASS,RIA Novosti,Sputnik,Izvestia
CHN|Xinhua,People's Daily,Global Times,China Daily
IRN|IRNA
PRK|KCNA
"""

#: phrases that contain the name of an actor and mean something else
OTHERS = """
South China Sea|East China Sea|South China Morning Post|Sea of Japan|Gulf of Mexico|New Mexico|Panama Canal
Indian Ocean|Mexico City|English Channel|Washington Post|Washington state|Washington State|Washington, D.C.
George Washington|Port Washington|Denzel Washington|Washington Heights|Washington Commanders|Washington Nationals
Moscow, Idaho|Paris, Texas|Athens, Georgia|Atlanta, Georgia|Savannah, Georgia|Georgia Tech|Georgia State
University of Georgia|state of Georgia|State of Georgia|US state of Georgia|U.S. state of Georgia|Georgia Bulldogs
Georgia runoff|Michael Jordan|Jordan Peterson|Air Jordan|Jordan River|River Jordan|Jordan Valley|Jim Jordan
Jordan Henderson|Chad Smith|Lake Chad|Paris Hilton|Jakarta Post|Moscow Times|Kyiv Independent|French fries|French Open
French Revolution|Russian roulette|Russian dressing|Swiss cheese|Swiss army knife|Danish pastry|Turkish delight
Turkey sandwich|Turkey breast|Turkey dinner|Turkey prices|Thanksgiving Turkey|Guinea pig|Guinea pigs|New Guinea
Gulf of Guinea|American Samoa|Latin America|Latin American|South America|South American|North America|North American
Central America|Korean War|Lebanon, Pennsylvania|Cuba Gooding|Peru, Indiana|West Coast|West Point|West Ham|West Wing
West Virginia|West Africa|Wild West|Key West|Kanye West|West End|Lima beans|Sofia Coppola|Niger River|Niger Delta
Sofia Vergara|Vietnam War|Gulf War|Iraq War|Rome Statute|Geneva Convention|Vienna Convention|Warsaw Pact
Minsk agreements|Minsk agreement|Minsk II|Bank of America|Captain America|Miss America|China Airlines|Air China
Air France|Bank of China|Bank of England|Taiwan Strait|Black Sea|German shepherd|European championship
European Championship|Western Front|Western front|Great Wall of China|Chinese New Year|Jordan Spieth|Chelsea Clinton
Russian Revolution|Prague Spring|Athens Olympics|Tokyo Olympics|Paris Olympics|Paris Agreement
Paris agreement|Kyoto Protocol
"""

#: each table with the kinds of its columns behind the code
TABLES = (
    (STATES, "name", "demonym", "capital"),
    (BLOCS, "bloc", "demonym"),
    (OFFICES, "office"),
    (PERSONS, "person"),
    (PLACES, "place"),
    (MEDIA, "media"),
)
