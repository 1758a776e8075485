using System.Text;

namespace Sessions.Conversation;

/// <summary>One comparison of a filter: a field by its path, an operator, and what is compared with.</summary>
/// <param name="Path">The field's name, and the names within it.</param>
/// <param name="Operator">One of <c>= != &lt; &lt;= &gt; &gt;= :</c>.</param>
/// <param name="Value">What stands behind it.</param>
/// <param name="IsQuoted">Whether that is a text in any case.</param>
internal sealed record Restriction(IReadOnlyList<string> Path, string Operator, string Value, bool IsQuoted)
{
    /// <summary>The field as messages call it.</summary>
    public string Field => string.Join('.', Path);

    /// <summary>Whether it only asks that there is something: <c>:*</c>.</summary>
    public bool IsPresence => this is { Operator: ":", Value: "*", IsQuoted: false };
}

/// <summary>
/// Filters by the grammar of AIP-160: comparisons joined by AND, or by nothing, and by OR, which binds more tightly;
/// NOT and <c>-</c>, parentheses. What the grammar has beside these, functions and bare words, we do not take.
/// </summary>
/// <param name="text">The filter.</param>
/// <param name="compare">What a comparison asks for; it refuses those that it does not know.</param>
internal sealed class FilterParser<T>(string text, Func<Restriction, Predicate<T>> compare)
{
    private const int MaxLength = 1024;
    private const int MaxDepth = 32;
    private static readonly string[] _operators = ["<=", ">=", "!=", "=", "<", ">", ":"];

    private readonly List<Restriction> _always = [];
    private int _at;
    private int _depth;

    /// <summary>The comparisons that hold for everything that the filter asks for.</summary>
    public IReadOnlyList<Restriction> Always => _always;

    /// <summary>What the filter asks for.</summary>
    /// <exception cref="Http.RefusedException">It cannot be read, or asks for what is not compared.</exception>
    public Predicate<T> Parse()
    {
        if (text.Length > MaxLength)
        {
            throw Comparisons.Refused($"must have at most {MaxLength} characters.");
        }

        var whole = Expression(isAlways: true);
        return Ends() ? whole : throw Unreadable();
    }

    private Predicate<T> Expression(bool isAlways)
    {
        if (++_depth > MaxDepth)
        {
            throw Comparisons.Refused($"must not nest more than {MaxDepth} parentheses.");
        }

        List<Predicate<T>> all = [Factor(isAlways)];
        while (TryWord("AND") || GoesOn())
        {
            all.Add(Factor(isAlways));
        }

        _depth--;
        return all is [var only] ? only : one => all.TrueForAll(each => each(one));
    }

    private Predicate<T> Factor(bool isAlways)
    {
        var known = _always.Count;
        List<Predicate<T>> any = [Term(isAlways)];
        while (TryWord("OR"))
        {
            // What is one of several does not always hold.
            _always.RemoveRange(known, _always.Count - known);
            any.Add(Term(isAlways: false));
        }

        return any is [var only] ? only : one => any.Exists(each => each(one));
    }

    private Predicate<T> Term(bool isAlways)
    {
        if (TryWord("NOT") || Try('-'))
        {
            var not = Simple(isAlways: false);
            return one => !not(one);
        }

        return Simple(isAlways);
    }

    private Predicate<T> Simple(bool isAlways)
    {
        if (!Try('('))
        {
            return Comparison(isAlways);
        }

        var inner = Expression(isAlways);
        return Try(')') ? inner : throw Unreadable();
    }

    private Predicate<T> Comparison(bool isAlways)
    {
        var path = Path();
        Space();
        var found = Array.Find(_operators, each => string.CompareOrdinal(text, _at, each, 0, each.Length) == 0)
            ?? throw Comparisons.Refused("must compare each field by = != < <= > >= or :, such as sessionType = 1.");
        _at += found.Length;
        Space();
        var isQuoted = _at < text.Length && text[_at] is '"' or '\'';
        var restriction = new Restriction(path, found, isQuoted ? Quoted() : Bare(), isQuoted);
        var asked = compare(restriction);
        if (isAlways)
        {
            _always.Add(restriction);
        }

        return asked;
    }

    private List<string> Path()
    {
        List<string> names = [];
        Space();
        do
        {
            names.Add(_at < text.Length && text[_at] is '"' or '\'' or '`' ? Quoted() : Name());
        }
        while (TryHere('.'));
        return names;
    }

    private string Name()
    {
        var start = _at;
        while (_at < text.Length && (char.IsLetterOrDigit(text[_at]) || text[_at] is '_' or '-'))
        {
            _at++;
        }

        return _at > start ? text[start.._at] : throw Unreadable();
    }

    // A moment has colons and dots in it.
    private string Bare()
    {
        var start = _at;
        while (_at < text.Length && !char.IsWhiteSpace(text[_at]) && text[_at] is not ('(' or ')' or '"' or '\''))
        {
            _at++;
        }

        return _at > start ? text[start.._at] : throw Unreadable();
    }

    private string Quoted()
    {
        var quote = text[_at++];
        var value = new StringBuilder();
        for (; _at < text.Length && text[_at] != quote; _at++)
        {
            _at += text[_at] is '\\' && _at + 1 < text.Length ? 1 : 0;
            value.Append(text[_at]);
        }

        return _at++ < text.Length ? value.ToString() : throw Unreadable();
    }

    private bool TryWord(string word)
    {
        Space();
        var end = _at + word.Length;
        var isThere = string.CompareOrdinal(text, _at, word, 0, word.Length) == 0
            && (end == text.Length || char.IsWhiteSpace(text[end]) || text[end] is '(');
        _at = isThere ? end : _at;
        return isThere;
    }

    private bool Try(char sign)
    {
        Space();
        return TryHere(sign);
    }

    private bool TryHere(char sign)
    {
        var isThere = _at < text.Length && text[_at] == sign;
        _at += isThere ? 1 : 0;
        return isThere;
    }

    // Where a comparison follows another with a space between them and no word, both must hold.
    private bool GoesOn() => !Ends() && char.IsWhiteSpace(text[_at - 1]) && text[_at] is not ')';

    private bool Ends()
    {
        Space();
        return _at == text.Length;
    }

    private void Space()
    {
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }
    }

    private Http.RefusedException Unreadable() => Comparisons.Refused(
        $"cannot be read at character {_at + 1}. Compare fields, such as sessionType = 1, joined by AND and OR; "
        + "quote a text that has spaces in it.");
}
