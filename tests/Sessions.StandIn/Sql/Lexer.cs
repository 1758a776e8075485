using System.Buffers;
using System.Globalization;
using System.Text;

namespace Sessions.StandIn.Sql;

/// <summary>What a token is.</summary>
internal enum TokenKind
{
    Name,
    Parameter,
    Number,
    Text,
    Symbol,
    End,
}

/// <summary>One word of a query.</summary>
internal readonly record struct Token(TokenKind Kind, string Text, int At);

/// <summary>Cuts a query into words, once over its text.</summary>
internal static class Lexer
{
    private static readonly SearchValues<char> _digits = SearchValues.Create("0123456789.eE");
    private static readonly string[] _pairs = ["!=", "<>", "<=", ">="];

    public static List<Token> Read(string sql)
    {
        var tokens = new List<Token>();
        for (var at = 0; at < sql.Length;)
        {
            if (char.IsWhiteSpace(sql[at]))
            {
                at++;
                continue;
            }

            var token = Next(sql, at, out var end);
            tokens.Add(token);
            at = end;
        }

        tokens.Add(new(TokenKind.End, "", sql.Length));
        return tokens;
    }

    private static Token Next(string sql, int at, out int end)
    {
        switch (sql[at])
        {
            case '\'' or '"':
                return new(TokenKind.Text, Quoted(sql, at, out end), at);
            case '@':
                end = EndOfWord(sql, at + 1);
                return new(TokenKind.Parameter, sql[at..end], at);
            case var c when char.IsAsciiLetter(c) || c is '_' or '$':
                end = EndOfWord(sql, at);
                return new(TokenKind.Name, sql[at..end], at);
            case var c when char.IsAsciiDigit(c):
                var length = sql.AsSpan(at).IndexOfAnyExcept(_digits);
                end = length < 0 ? sql.Length : at + length;
                return new(TokenKind.Number, sql[at..end], at);
            default:
                var pair = at + 1 < sql.Length ? sql.Substring(at, 2) : "";
                end = at + (_pairs.Contains(pair) ? 2 : 1);
                return new(TokenKind.Symbol, sql[at..end], at);
        }
    }

    private static int EndOfWord(string sql, int at)
    {
        while (at < sql.Length && (char.IsAsciiLetterOrDigit(sql[at]) || sql[at] is '_' or '$'))
        {
            at++;
        }

        return at;
    }

    private static string Quoted(string sql, int at, out int end)
    {
        var text = new StringBuilder();
        for (var next = at + 1; next < sql.Length; next++)
        {
            if (sql[next] == sql[at])
            {
                end = next + 1;
                return text.ToString();
            }

            if (sql[next] is not '\\')
            {
                text.Append(sql[next]);
                continue;
            }

            next++;
            text.Append(Escaped(sql, ref next));
        }

        throw ServiceException.Query($"Syntax error: the text at {at} does not end.");
    }

    private static char Escaped(string sql, ref int at)
    {
        switch (at < sql.Length ? sql[at] : ' ')
        {
            case 'n': return '\n';
            case 't': return '\t';
            case 'r': return '\r';
            case 'b': return '\b';
            case 'f': return '\f';
            case 'u' when at + 4 < sql.Length && int.TryParse(
                sql.AsSpan(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code):
                at += 4;
                return (char)code;
            case var c and ('\\' or '/' or '\'' or '"'): return c;
            default: throw ServiceException.Query($"Syntax error: there is no such escape at {at}.");
        }
    }
}
