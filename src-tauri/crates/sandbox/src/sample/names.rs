//! Names for sample data: Swedish for the most part, as the account is.

/// Companies that clients work for.
pub(super) const COMPANIES: &[&str] = &[
    "Öresund Kraft AB",
    "Bergström & Söner Bygg AB",
    "Norrlandsfrakt AB",
    "Västkustens Måleri AB",
    "Kvarnen Livs AB",
    "Höga Kusten Turism AB",
    "Lindholmens Varv AB",
    "Grönvall Arkitekter AB",
    "Sjöbergs Elektriska AB",
    "Ateljé Björk HB",
    "Kronhede Redovisning AB",
    "Fjällnära Event AB",
    "Nordisk Ljudteknik AB",
    "Älvdalens Trä AB",
    "Rosengård Logistik AB",
    "Havsbris Hotell AB",
    "Stenungsunds Mekaniska AB",
    "Uppsala Provtagning AB",
    "Pålsson Fastigheter AB",
    "Åre Skidskola AB",
    "Tallkotten Förskolor AB",
    "Mälardalens VVS AB",
    "Granit & Glas AB",
    "Skånska Odlare Ek. för.",
    "Bohus Marin AB",
    "Hagströms Tryckeri AB",
    "Ljungby Plåt AB",
    "Kiruna Gruvservice AB",
    "Datorhuset i Växjö AB",
    "Ekologiska Mejeriet AB",
    "Polarforsk AB",
    "Storstadens Städ AB",
    "Virtanen Oy",
    "Fjord Consulting AS",
    "Hansen & Hansen ApS",
    "Müller Präzision GmbH",
    "Dupont et Fils SARL",
    "Costa Verde Lda.",
    "O'Neill Renewables Ltd",
    "Kowalski Meble Sp. z o.o.",
];

/// First names.
pub(super) const FIRST: &[&str] = &[
    "Åsa", "Erik", "Malin", "Göran", "Elin", "Björn", "Sofia", "Håkan", "Maja", "Östen", "Linnéa", "Anders",
    "Ebba", "Per-Erik", "Annika", "Sören", "Ylva", "Tomas", "Märta", "Niklas", "Ingrid", "Oskar", "Frida",
    "Jörgen",
];

/// Last names.
pub(super) const LAST: &[&str] = &[
    "Öberg",
    "Lundqvist",
    "Sjögren",
    "Åkesson",
    "Wallin",
    "Häggström",
    "Nyström",
    "Ekström",
    "Blom",
    "Sandström",
    "Dahlgren",
    "Norén",
    "Hellström",
    "Fält",
    "Rydén",
    "Ström",
    "Engdahl",
    "Wiklund",
    "Järv",
    "Mård",
];

/// Jobs of contacts.
pub(super) const POSITIONS: &[&str] =
    &["Chief executive", "Head of finance", "Operations manager", "Purchasing", "Head of HR", "IT manager"];

/// What is sold.
pub(super) const SERVICES: &[&str] = &[
    "Payroll review",
    "ERP introduction",
    "Budget 2027",
    "Data migration",
    "Interim controller",
    "Process audit",
    "Reporting package",
    "Year-end support",
];

/// A company name of exactly 200 characters.
pub(super) const LONG_COMPANY: &str = "Internationella Samarbetsorganisationen för Praktisk Hållbarhetsforskning, \
    Fortbildning och Kunskapsöverföring inom Skogs-, Pappers- och Förpackningsindustrin i Norra Europa \
    med Säte i Örnsköldsvik AB";
