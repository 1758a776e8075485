using System.Text.RegularExpressions;

namespace Sessions.CamaraWebRtc;

/// <summary>What generations take for an address. NonBacktracking, since main's form nests repetitions.</summary>
internal static partial class AddressForms
{
    private const string Domain =
        @"[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?(?:\.[A-Za-z0-9](?:[A-Za-z0-9\-]*[A-Za-z0-9])?)+";

    private const string Number = @"tel:\+[0-9]{5,15}";
    private const string NumberOfE164 = @"tel:\+[1-9][0-9]{4,14}";
    private const string User = @"sip:[A-Za-z0-9_.!%+\-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}";
    private const string Emergency = @"urn:service:sos(?:\.[a-z0-9](?:[a-z0-9\-]{0,30}[a-z0-9])?)*";

    private const string Context = @"[0-9*#]{1,15};phone-context=(?:\+[1-9][0-9]{0,14}|" + Domain + ")";
    private const string Local = "tel:" + Context + "|sip:" + Context + @"@[A-Za-z0-9.-]+\.[A-Za-z]{2,};user=phone";

    /// <summary>Every form that any generation knows.</summary>
    [GeneratedRegex(
        "^(?:" + Number + "|" + Local + "|" + User + "|" + Emergency + @")\z", RegexOptions.NonBacktracking)]
    public static partial Regex Any();

    /// <summary>Numbers, users and emergency services.</summary>
    [GeneratedRegex("^(?:" + Number + "|" + User + "|" + Emergency + @")\z", RegexOptions.NonBacktracking)]
    public static partial Regex OfR31();

    /// <summary>Numbers of E.164, local ones in their context, users and emergency services.</summary>
    [GeneratedRegex(
        "^(?:" + NumberOfE164 + "|" + Local + "|" + User + "|" + Emergency + @")\z", RegexOptions.NonBacktracking)]
    public static partial Regex OfMain();
}
