using System.Globalization;
using System.Text;

namespace MultiagentFT.Debate.Tasks.Similarity;

/// <summary>
/// A question as <see cref="NearDuplicates"/> compares it: words in lower case, numbers (also those that are words, up to a million), and operators. Numbers and operators make a problem another one; the
/// rest of punctuation, blanks, dollar signs and braces are left out, and so are LaTeX's commands of layout.
/// </summary>
/// <param name="Tokens">All of them in order, such as <c>what is 3 * 4</c>.</param>
/// <param name="Exact">The numbers and operators among them in order.</param>
internal sealed record QuestionTokens(IReadOnlyList<string> Tokens, IReadOnlyList<string> Exact)
{
    private static readonly HashSet<string> Layout = ["left", "right", "displaystyle", "textstyle", "text", "textbf", "mathrm", "mbox", "big", "bigg", "quad", "qquad"];

    private static readonly Dictionary<string, string> Commands = new() { ["dfrac"] = "frac", ["tfrac"] = "frac", ["cdot"] = "*", ["times"] = "*", ["div"] = "/" };

    /// <summary>"Twenty-one" becomes 20 and 1, which are the numbers of no other word.</summary>
    private static readonly Dictionary<string, string> NumberWords = new(
        ((string[])["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"])
            .Index().Select(word => KeyValuePair.Create(word.Item, word.Index.ToString(CultureInfo.InvariantCulture)))
            .Concat(((string[])["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]).Index().Select(word => KeyValuePair.Create(word.Item, (20 + (10 * word.Index)).ToString(CultureInfo.InvariantCulture))))
            .Append(KeyValuePair.Create("hundred", "100")).Append(KeyValuePair.Create("thousand", "1000")).Append(KeyValuePair.Create("million", "1000000")));

    public static QuestionTokens Of(string question)
    {
        var text = Ascii(question);
        var (tokens, exact) = (new List<string>(), new List<string>());
        for (var at = 0; at < text.Length;)
        {
            var start = at;
            if (char.IsLetter(text[at])) AddWord(Word(text, ref at), isCommand: start > 0 && text[start - 1] == '\\');
            else if (char.IsAsciiDigit(text[at])) AddExact(Number(text, ref at));
            else
            {
                if (text[at] == '%') AddWord("percent", isCommand: false);
                else if ("+*/^=<>".Contains(text[at]) || (text[at] == '-' && IsMinus(text, at))) AddExact(text[at].ToString());
                at++;
            }
        }
        return new QuestionTokens(tokens, exact);

        void AddExact(string token)
        {
            tokens.Add(token);
            exact.Add(token);
        }

        void AddWord(string word, bool isCommand)
        {
            if (isCommand && Layout.Contains(word)) return;
            if (isCommand && Commands.TryGetValue(word, out var other)) word = other;
            if (word is "*" or "/") AddExact(word);
            else if (NumberWords.TryGetValue(word, out var number)) AddExact(number);
            else tokens.Add(word);
        }
    }

    /// <summary>Lower case, with one form of letters, digits and operators that have several.</summary>
    private static string Ascii(string question)
    {
        var text = System.Text.Ascii.IsValid(question) ? question
            : question.Normalize(NormalizationForm.FormKC).Replace('\u2212', '-').Replace('\u00d7', '*').Replace('\u00f7', '/').Replace('\u2019', '\'');
        return text.Replace("{,}", ",", StringComparison.Ordinal).ToLowerInvariant();
    }

    /// <summary>A run of letters; an apostrophe within it is left out.</summary>
    private static string Word(string text, ref int at)
    {
        var word = new StringBuilder();
        for (; at < text.Length; at++)
        {
            if (char.IsLetter(text[at])) word.Append(text[at]);
            else if (!(text[at] == '\'' && at + 1 < text.Length && char.IsLetter(text[at + 1]))) break;
        }
        return word.ToString();
    }

    /// <summary>Digits with their decimals, without commas between thousands and without zeros that say nothing.</summary>
    private static string Number(string text, ref int at)
    {
        var digits = new StringBuilder();
        var hasPoint = false;
        for (; at < text.Length; at++)
        {
            if (char.IsAsciiDigit(text[at])) digits.Append(text[at]);
            else if (text[at] == '.' && !hasPoint && DigitsAt(text, at + 1) > 0) (hasPoint, _) = (true, digits.Append('.'));
            else if (!(text[at] == ',' && !hasPoint && DigitsAt(text, at + 1) == 3)) break;
        }
        var number = digits.ToString().TrimStart('0');
        if (hasPoint) number = number.TrimEnd('0').TrimEnd('.');
        return number.Length == 0 ? "0" : number[0] == '.' ? "0" + number : number;
    }

    private static int DigitsAt(string text, int start)
    {
        var end = start;
        while (end < text.Length && char.IsAsciiDigit(text[end])) end++;
        return end - start;
    }

    /// <summary>Whether a hyphen stands between operands or before a number, not in or between words.</summary>
    private static bool IsMinus(string text, int at)
    {
        var (left, right) = (at - 1, at + 1);
        while (left >= 0 && text[left] == ' ') left--;
        while (right < text.Length && text[right] == ' ') right++;
        if (right == text.Length) return false;
        var isBefore = left >= 0 && (char.IsAsciiDigit(text[left]) || ")]}".Contains(text[left]) || IsLetterAlone(text, left));
        var isAfter = char.IsAsciiDigit(text[right]) || "([{\\".Contains(text[right]) || IsLetterAlone(text, right);
        return isAfter && (isBefore || (char.IsAsciiDigit(text[right]) && (at == 0 || " ([{$=<>+*/^,".Contains(text[at - 1]))));
    }

    private static bool IsLetterAlone(string text, int at) =>
        char.IsLetter(text[at]) && !(at > 0 && char.IsLetter(text[at - 1])) && !(at + 1 < text.Length && char.IsLetter(text[at + 1]));
}
