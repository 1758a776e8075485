using System.Collections.Frozen;
using System.Text.RegularExpressions;

namespace Sessions.TwilioProxy;

/// <summary>A telephone number, and what it tells by itself about where it is.</summary>
/// <param name="Text">The number, <c>+</c> and up to 15 digits.</param>
/// <param name="Country">The country (ISO 3166-1), or null when its calling code is not assigned.</param>
/// <param name="AreaCode">Its three-digit area code in North America, or null elsewhere.</param>
internal sealed partial record E164(string Text, string? Country, string? AreaCode)
{
    private const int AreaCodeLength = 3;
    private const int NorthAmericanLength = 12;

    /// <summary>The number, or null when the text is none.</summary>
    public static E164? Parse(string text) => !Form().IsMatch(text) ? null : Located(text);

    /// <summary>A name for people: as it is written in North America, else the number itself.</summary>
    public string FriendlyName =>
        AreaCode is null ? Text : $"({AreaCode}) {Text.AsSpan(5, 3)}-{Text.AsSpan(8)}";

    private static E164 Located(string text)
    {
        if (text[1] != '1')
        {
            return new(text, CallingCodes.CountryOf(text.AsSpan(1)), null);
        }

        var areaCode = text.Length == NorthAmericanLength ? text.Substring(2, AreaCodeLength) : null;
        return new(text, areaCode is null ? "US" : AreaCodes.CountryOf(areaCode), areaCode);
    }

    [GeneratedRegex(@"^\+[1-9][0-9]{1,14}\z", RegexOptions.NonBacktracking)]
    private static partial Regex Form();
}

/// <summary>
/// The country that a calling code belongs to (ITU E.164 assignments). Where several countries share one, the largest
/// is named: a number alone does not tell Guernsey from Great Britain. Code 1 is in <see cref="AreaCodes"/>.
/// </summary>
internal static class CallingCodes
{
    private const int Longest = 3;

    private const string Table = """
        7RU 20EG 27ZA 30GR 31NL 32BE 33FR 34ES 36HU 39IT 40RO 41CH 43AT 44GB 45DK 46SE 47NO 48PL 49DE 51PE 52MX 53CU
        54AR 55BR 56CL 57CO 58VE 60MY 61AU 62ID 63PH 64NZ 65SG 66TH 81JP 82KR 84VN 86CN 90TR 91IN 92PK 93AF 94LK 95MM
        98IR 211SS 212MA 213DZ 216TN 218LY 220GM 221SN 222MR 223ML 224GN 225CI 226BF 227NE 228TG 229BJ 230MU 231LR
        232SL 233GH 234NG 235TD 236CF 237CM 238CV 239ST 240GQ 241GA 242CG 243CD 244AO 245GW 246IO 247AC 248SC 249SD
        250RW 251ET 252SO 253DJ 254KE 255TZ 256UG 257BI 258MZ 260ZM 261MG 262RE 263ZW 264NA 265MW 266LS 267BW 268SZ
        269KM 290SH 291ER 297AW 298FO 299GL 350GI 351PT 352LU 353IE 354IS 355AL 356MT 357CY 358FI 359BG 370LT 371LV
        372EE 373MD 374AM 375BY 376AD 377MC 378SM 380UA 381RS 382ME 383XK 385HR 386SI 387BA 389MK 420CZ 421SK 423LI
        500FK 501BZ 502GT 503SV 504HN 505NI 506CR 507PA 508PM 509HT 590GP 591BO 592GY 593EC 594GF 595PY 596MQ 597SR
        598UY 599CW 670TL 672NF 673BN 674NR 675PG 676TO 677SB 678VU 679FJ 680PW 681WF 682CK 683NU 685WS 686KI 687NC
        688TV 689PF 690TK 691FM 692MH 850KP 852HK 853MO 855KH 856LA 880BD 886TW 960MV 961LB 962JO 963SY 964IQ 965KW
        966SA 967YE 968OM 970PS 971AE 972IL 973BH 974QA 975BT 976MN 977NP 992TJ 993TM 994AZ 995GE 996KG 998UZ
        """;

    private static readonly FrozenDictionary<string, string> _countries = Table
        .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
        .ToFrozenDictionary(entry => entry[..^2], entry => entry[^2..]);

    /// <summary>The country (ISO 3166-1) of the digits behind the plus, or null for a code without one.</summary>
    public static string? CountryOf(ReadOnlySpan<char> digits)
    {
        var byDigits = _countries.GetAlternateLookup<ReadOnlySpan<char>>();
        for (var length = Math.Min(Longest, digits.Length); length > 0; length--)
        {
            if (byDigits.TryGetValue(digits[..length], out var country))
            {
                return IsKazakh(digits) ? "KZ" : country;
            }
        }

        return null;
    }

    // Of the shared codes only this one is divided by its next digit.
    private static bool IsKazakh(ReadOnlySpan<char> digits) => digits is ['7', '6' or '7', ..];
}
