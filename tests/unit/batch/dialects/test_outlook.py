"""The names of columns in Outlook's exports, as FIELDs."""

import pytest

from tests.support.column_names import column_key, columns, no_fields
from vcardsvc.batch.dialects.outlook import OUTLOOK, OUTLOOK_SECOND

DESKTOP_ENGLISH = (
    "Title,First Name,Middle Name,Last Name,Suffix,Company,Department,Job Title,"
    "Business Street,Business Street 2,Business Street 3,Business City,Business State,"
    "Business Postal Code,Business Country/Region,Home Street,Home Street 2,Home Street 3,"
    "Home City,Home State,Home Postal Code,Home Country/Region,Other Street,Other Street 2,"
    "Other Street 3,Other City,Other State,Other Postal Code,Other Country/Region,"
    "Assistant's Phone,Business Fax,Business Phone,Business Phone 2,Callback,Car Phone,"
    "Company Main Phone,Home Fax,Home Phone,Home Phone 2,ISDN,Mobile Phone,Other Fax,"
    "Other Phone,Pager,Primary Phone,Radio Phone,TTY/TDD Phone,Telex,Account,Anniversary,"
    "Assistant's Name,Billing Information,Birthday,Business Address PO Box,Categories,Children,"
    "Directory Server,E-mail Address,E-mail Type,E-mail Display Name,E-mail 2 Address,"
    "E-mail 2 Type,E-mail 2 Display Name,E-mail 3 Address,E-mail 3 Type,E-mail 3 Display Name,"
    "Gender,Government ID Number,Hobby,Home Address PO Box,Initials,Internet Free Busy,"
    "Keywords,Language,Location,Manager's Name,Mileage,Notes,Office Location,"
    "Organizational ID Number,Other Address PO Box,Priority,Private,Profession,Referred By,"
    "Sensitivity,Spouse,User 1,User 2,User 3,User 4,Web Page"
)

DESKTOP_GERMAN = (
    "Anrede,Vorname,Weitere Vornamen,Nachname,Suffix,Firma,Abteilung,Position,"
    "Straße geschäftlich,Straße geschäftlich 2,Straße geschäftlich 3,Ort geschäftlich,"
    "Region geschäftlich,Postleitzahl geschäftlich,Land/Region geschäftlich,Straße privat,"
    "Straße privat 2,Straße privat 3,Ort privat,Bundesland/Kanton privat,Postleitzahl privat,"
    "Land/Region privat,Weitere Straße,Weitere Straße 2,Weitere Straße 3,Weiterer Ort,"
    "Weiteres/r Bundesland/Kanton,Weitere Postleitzahl,Weiteres/e Land/Region,"
    "Telefon Assistent,Fax geschäftlich,Telefon geschäftlich,Telefon geschäftlich 2,"
    "Rückmeldung,Autotelefon,Telefon Firma,Fax privat,Telefon (privat),Telefon (privat 2),ISDN,"
    "Mobiltelefon,Weiteres Fax,Weiteres Telefon,Pager,Haupttelefon,Mobiltelefon 2,"
    "Telefon für Hörbehinderte,Telex,Abrechnungsinformation,Assistent(in),Benutzer 1,"
    "Benutzer 2,Benutzer 3,Benutzer 4,Beruf,Büro,E-Mail-Adresse,E-Mail-Typ,"
    "E-Mail: Angezeigter Name,E-Mail 2: Adresse,E-Mail 2: Typ,E-Mail 2: Angezeigter Name,"
    "E-Mail 3: Adresse,E-Mail 3: Typ,E-Mail 3: Angezeigter Name,Empfohlen von,Geburtstag,"
    "Geschlecht,Hobby,Initialen,Internet Frei/Gebucht,Jahrestag,Kategorien,Kinder,Konto,"
    "Name des/r Vorgesetzten,Notizen,Organisationsnr.,Ort,Partner,Postfach geschäftlich,"
    "Postfach privat,Priorität,Privat,Reisekilometer,Sozialversicherungsnr.,Sprache,"
    "Stichwörter,Vertraulichkeit,Verzeichnisserver,Webseite,Weiteres Postfach"
)

OUTLOOK_COM = (
    "First Name,Middle Name,Last Name,Title,Suffix,Nickname,Given Yomi,Surname Yomi,"
    "E-mail Address,E-mail 2 Address,E-mail 3 Address,Home Phone,Home Phone 2,Business Phone,"
    "Business Phone 2,Mobile Phone,Car Phone,Other Phone,Primary Phone,Pager,Business Fax,"
    "Home Fax,Other Fax,Company Main Phone,Callback,Radio Phone,Telex,TTY/TDD Phone,IMAddress,"
    "Job Title,Department,Company,Office Location,Manager's Name,Assistant's Name,"
    "Assistant's Phone,Company Yomi,Business Street,Business City,Business State,"
    "Business Postal Code,Business Country/Region,Home Street,Home City,Home State,"
    "Home Postal Code,Home Country/Region,Other Street,Other City,Other State,"
    "Other Postal Code,Other Country/Region,Personal Web Page,Spouse,Schools,Hobby,Location,"
    "Web Page,Birthday,Anniversary,Notes"
)

GOOGLE = (
    "First Name,Middle Name,Last Name,Title,Suffix,Web Page,Birthday,Anniversary,Notes,"
    "E-mail Address,E-mail 2 Address,E-mail 3 Address,Primary Phone,Home Phone,Home Phone 2,"
    "Mobile Phone,Pager,Home Fax,Home Address,Home Street,Home Street 2,Home Street 3,"
    "Home Address PO Box,Home City,Home State,Home Postal Code,Home Country,Spouse,Children,"
    "Manager's Name,Assistant's Name,Referred By,Company Main Phone,Business Phone,"
    "Business Phone 2,Business Fax,Assistant's Phone,Company,Job Title,Department,"
    "Business Address,Business Street,Business Street 2,Business Street 3,"
    "Business Address PO Box,Business City,Business State,Business Postal Code,"
    "Business Country,Other Phone,Other Fax,Other Address,Other Street,Other Street 2,"
    "Other Street 3,Other Address PO Box,Other City,Other State,Other Postal Code,"
    "Other Country,Callback,Car Phone,ISDN,Radio Phone,TTY/TDD Phone,Telex,Categories"
)

DESKTOP_FRENCH = (
    "Titre,Prénom,Deuxième prénom,Nom,Suffixe,Surnom,Société ,Service ,Titre,Rue (bureau),"
    "Rue (bureau) 2,Rue (bureau) 3,Ville (bureau),Dép/Région (bureau),Code postal (bureau),"
    "Pays (bureau),Rue (domicile),Rue (domicile) 2,Rue (domicile) 3,Ville (domicile),"
    "Dép/Région (domicile),Code postal (domicile),Pays (domicile),Rue (autre),Rue (autre) 2,"
    "Rue (autre) 3,Ville (autre),Dép/Région (autre),Code postal (autre),Pays (autre),"
    "Téléphone de l'assistant(e),Télécopie (bureau),Téléphone (bureau),Téléphone 2 (bureau),"
    "Rappel,Téléphone (voiture),Téléphone société,Télécopie (domicile),Téléphone (domicile),"
    "Téléphone 2 (domicile),RNIS,Tél. mobile,Télécopie (autre),Téléphone (autre),"
    "Récepteur de radiomessagerie,Téléphone principal,Radio téléphone,Téléphone TDD/TTY,Télex,"
    "Adresse de messagerie,Type de messagerie,Nom complet de l'adresse de messagerie,"
    "Adresse de messagerie 2,Type de messagerie 2,Nom complet de l'adresse de messagerie 2,"
    "Adresse de messagerie 3,Type de messagerie 3,Nom complet de l'adresse de messagerie 3,"
    "Anniversaire,Anniversaire de mariage ou fête,Autre boîte postale,B.P. professionnelle,"
    "Boîte postale du domicile,Bureau,Catégories,Code gouvernement,Compte,Conjoint(e),"
    "Critère de diffusion,Disponibilité Internet,Emplacement,Enfants,Informations facturation,"
    "Initiales,Kilométrage,Langue,Mots clés,Nom de l'assistant(e),Notes,"
    "Numéro d'identification de l'organisation,Page Web,Passe-temps,Priorité,Privé,Profession,"
    "Recommandé par,Responsable,Serveur d'annuaire,Sexe,Utilisateur 1,Utilisateur 2,"
    "Utilisateur 3,Utilisateur 4"
)

DESKTOP_RUSSIAN = (
    "Обращение,Имя,Отчество,Фамилия,Суффикс,Организация,Отдел,Должность,Улица (раб. адрес),"
    "Улица 2 (раб. адрес),Улица 3 (раб. адрес),Город (раб. адрес),Область (раб. адрес),"
    "Индекс (раб. адрес),Страна или регион (раб. адрес),Улица (дом. адрес),"
    "Улица 2 (дом. адрес),Улица 3 (дом. адрес),Город (дом. адрес),Область (дом. адрес),"
    "Почтовый код (дом.),Страна или регион (дом. адрес),Улица (другой адрес),"
    "Улица  2 (другой адрес),Улица  3 (другой адрес),Город  (другой адрес),"
    "Область  (другой адрес),Индекс  (другой адрес),Страна или регион  (другой адрес),"
    "Телефон помощника,Рабочий факс,Рабочий телефон,Телефон раб. 2,Обратный вызов,"
    "Телефон в машине,Основной телефон организации,Домашний факс,Домашний телефон,"
    "Телефон дом. 2,ISDN,Телефон переносной,Другой факс,Другой телефон,Пейджер,"
    "Основной телефон,Радиотелефон,Телетайп/телефон с титрами,Телекс,Важность,Веб-страница,"
    "Годовщина,День рождения,Дети,Заметки,Имя помощника,Инициалы,Категории,Ключевые слова,"
    "Код организации,Личный код,Отложено,Пол,Пользователь 1,Пользователь 2,Пользователь 3,"
    "Пользователь 4,Пометка,Почтовый ящик (дом. адрес),Почтовый ящик (другой адрес),"
    "Почтовый ящик (раб. адрес),Профессия,Расположение,Расположение комнаты,Расстояние,"
    "Руководитель,Сведения о доступности в Интернете,Сервер каталогов,Супруг(а),Счет,Счета,"
    "Хобби,Частное,Адрес эл. почты,Тип эл. почты,Краткое имя эл. почты,Адрес 2 эл. почты,"
    "Тип 2 эл. почты,Краткое 2 имя эл. почты,Адрес 3 эл. почты,Тип 3 эл. почты,"
    "Краткое 3 имя эл. почты,Язык"
)

DESKTOP_JAPANESE = (
    "肩書き,名,ミドル ネーム,姓,敬称,会社名,部署,役職,番地 (会社),住所 2 (会社),住所 3 (会社),"
    "市町村 (会社),都道府県 (会社),郵便番号 (会社),国 (会社)/地域,番地 (自宅),住所 2 (自宅),"
    "住所 3 (自宅),市町村 (自宅),都道府県 (自宅),郵便番号 (自宅),国 (自宅)/地域,番地 (その他),"
    "住所 2 (その他),住所 3 (その他),市町村 (その他),都道府県 (その他),郵便番号 (その他),"
    "国 (その他)/地域,秘書の電話,会社 FAX,会社電話,会社電話 2,コールバック,自動車電話,"
    "会社代表電話,自宅 FAX,自宅電話,自宅電話 2,ISDN,携帯電話,その他の FAX,その他の電話,"
    "ポケットベル,通常の電話,無線電話,TTY/TDD,テレックス,ID 番号,Web ページ,アカウント,"
    "イニシャル,インターネット空き時間情報,キーワード,その他住所私書箱,ディレクトリ サーバー,"
    "プライベート,マネージャー,メモ,ユーザー 1,ユーザー 2,ユーザー 3,ユーザー 4,会社 ID,"
    "会社住所私書箱,会社名フリガナ,記念日,経費情報,言語,参照事項,子供,支払い条件,事業所,"
    "自宅住所私書箱,趣味,場所,職業,姓フリガナ,性別,誕生日,電子メール アドレス,電子メールの種類,"
    "電子メール表示名,電子メール 2 アドレス,電子メール 2 の種類,電子メール 2 表示名,"
    "電子メール 3 アドレス,電子メール 3 の種類,電子メール 3 表示名,配偶者,秘書の氏名,秘密度,分類,"
    "名前フリガナ,優先度"
)

DESKTOP_CHINESE = (
    "英文称谓,名,中间名,姓,中文称谓,单位,部门,职务,商务地址 街道,商务地址 街道 2,商务地址 街道 3,"
    "商务地址 市/县,商务地址 省/市/自治区,商务地址 邮政编码,商务地址 国家/地区,住宅地址 街道,"
    "住宅地址 街道 2,住宅地址 街道 3,住宅地址 市/县,住宅地址 省/市/自治区,住宅地址 邮政编码,"
    "住宅地址 国家/地区,其他地址 街道,其他地址 街道 2,其他地址 街道 3,其他地址 市/县,"
    "其他地址 省/市/自治区,其他地址 邮政编码,其他地址 国家/地区,助理的电话,商务传真,商务电话,"
    "商务电话 2,回电话,车载电话,单位主要电话,住宅传真,住宅电话,住宅电话 2,ISDN,移动电话,其他传真,"
    "其他电话,寻呼机,主要电话,无绳电话,TTY/TDD 电话,电报,Internet 忙闲,办公地点,地点,"
    "电子邮件地址,电子邮件类型,电子邮件显示名称,电子邮件 2 地址,电子邮件 2 类型,"
    "电子邮件 2 显示名,电子邮件 3 地址,电子邮件 3 类型,电子邮件 3 显示名,附注,工作证号码,关键词,"
    "记帐信息,纪念日,经理姓名,类别,里程,敏感度,目录服务器,配偶,其他地址 - 邮箱,商务地址 - 邮箱,"
    "身份证编号,生日,私有,缩写,网页,性别,业余爱好,引用者,用户 1,用户 2,用户 3,用户 4,优先级,语言,"
    "帐户,职业,助理的姓名,住宅地址 - 邮箱,子女"
)


@pytest.mark.parametrize("language", OUTLOOK)
def test_every_column_is_a_field(language: str) -> None:
    """A language names FIELDs alone."""
    assert no_fields(OUTLOOK[language]) == {}


@pytest.mark.parametrize("language", OUTLOOK)
def test_names_are_normalized(language: str) -> None:
    """A name is case-folded, its inner blanks collapsed."""
    assert [name for name in OUTLOOK[language] if name != column_key(name)] == []


@pytest.mark.parametrize(
    ("language", "header"),
    [
        pytest.param("en", DESKTOP_ENGLISH, id="desktop-english"),
        pytest.param("de", DESKTOP_GERMAN, id="desktop-german"),
        pytest.param("fr", DESKTOP_FRENCH, id="desktop-french"),
        pytest.param("ru", DESKTOP_RUSSIAN, id="desktop-russian"),
        pytest.param("ja", DESKTOP_JAPANESE, id="desktop-japanese"),
        pytest.param("zh-CN", DESKTOP_CHINESE, id="desktop-chinese"),
        pytest.param("en", OUTLOOK_COM, id="outlook-com"),
        pytest.param("en", GOOGLE, id="google"),
    ],
)
def test_every_column_of_an_export_is_known(language: str, header: str) -> None:
    """The header of an export has no column that its language lacks."""
    assert [one for one in columns(header) if column_key(one) not in OUTLOOK[language]] == []


@pytest.mark.parametrize(
    ("language", "name", "field"),
    [
        ("en", "Title", "prefix"),
        ("en", "Job Title", "title"),
        ("en", "Business Country", "address.work.country"),
        ("en", "Business Country/Region", "address.work.country"),
        ("en", "E-mail Address", "email-1.value"),
        ("en", "Email Address", "email-1.value"),
        ("en", "E-mail 2 Type", "email-2.type"),
        ("en", "E-mail 3 Display Name", "ignore"),
        ("en", "Priority", "ignore"),
        ("de", "Anrede", "prefix"),
        ("de", "Position", "title"),
        ("de", "Straße geschäftlich 2", "address.work.street-2"),
        ("de", "Region geschäftlich", "address.work.region"),
        ("de", "Land/Region geschäftlich", "address.work.country"),
        ("de", "Bundesland/Kanton privat", "address.home.region"),
        ("de", "Rückmeldung", "phone.callback"),
        ("de", "Telefon (privat)", "phone.home"),
        ("de", "Telefon privat", "phone.home"),
        ("de", "Privat", "ignore"),
        ("cs", "Země (zam.)", "address.work.region"),
        ("cs", "Země (zaměstnání)", "address.work.country"),
        ("hu", "Cím", "prefix"),
        ("it", "Ufficio", "phone.work"),
        ("ko", "국가", "ignore"),
        ("nl", "Werkadres, straat", "address.work.street"),
        ("sv", "Hem", "phone.home"),
        ("zh", "稱謂", "suffix"),
    ],
)
def test_column_that_is_easily_mistaken(language: str, name: str, field: str) -> None:
    """A name that reads like another has the FIELD of its program."""
    assert OUTLOOK[language][column_key(name)] == field


@pytest.mark.parametrize("language", OUTLOOK_SECOND)
def test_second_column_of_a_name_is_another_field(language: str) -> None:
    """A name that stands twice has one FIELD a column."""
    second = OUTLOOK_SECOND[language]
    assert no_fields(second) == {}
    assert [name for name, field in second.items() if OUTLOOK[language][name] == field] == []
