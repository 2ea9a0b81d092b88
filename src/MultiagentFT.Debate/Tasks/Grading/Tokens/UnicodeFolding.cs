using System.Collections.Frozen;
using System.Text;

namespace MultiagentFT.Debate.Tasks.Grading.Tokens;

/// <summary>Writes mathematical Unicode characters as TeX: ½, x², −, ∞, ≤, θ, full-width forms.</summary>
internal static class UnicodeFolding
{
    private const string Superscripts = "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻";
    private const string Subscripts = "₀₁₂₃₄₅₆₇₈₉₊₋";
    private const string ScriptValues = "0123456789+-";

    private static readonly FrozenDictionary<char, string> Map = new Dictionary<char, string>
    {
        ['−'] = "-",
        ['–'] = "-",
        ['—'] = "-",
        ['‐'] = "-",
        ['‑'] = "-",
        ['×'] = "\\times ",
        ['·'] = "\\cdot ",
        ['⋅'] = "\\cdot ",
        ['∙'] = "\\cdot ",
        ['•'] = "\\cdot ",
        ['∗'] = "*",
        ['÷'] = "/",
        ['∕'] = "/",
        ['⁄'] = "/",
        ['±'] = "\\pm ",
        ['∓'] = "\\mp ",
        ['∞'] = "\\infty ",
        ['∪'] = "\\cup ",
        ['∩'] = "\\cap ",
        ['∈'] = "\\in ",
        ['∅'] = "\\emptyset ",
        ['ℝ'] = "\\mathbb{R}",
        ['≤'] = "\\le ",
        ['⩽'] = "\\le ",
        ['≥'] = "\\ge ",
        ['⩾'] = "\\ge ",
        ['≠'] = "\\ne ",
        ['≈'] = "\\approx ",
        ['≡'] = "\\equiv ",
        ['√'] = "\\surd ",
        ['∛'] = "\\sqrt[3]",
        ['°'] = "\\degree ",
        ['º'] = "\\degree ",
        ['\u2009'] = "\\,",
        ['\u202f'] = "\\,",
        ['∠'] = "\\angle ",
        ['′'] = "'",
        ['’'] = "'",
        ['“'] = "",
        ['”'] = "",
        ['½'] = "\\frac{1}{2}",
        ['⅓'] = "\\frac{1}{3}",
        ['⅔'] = "\\frac{2}{3}",
        ['¼'] = "\\frac{1}{4}",
        ['¾'] = "\\frac{3}{4}",
        ['⅕'] = "\\frac{1}{5}",
        ['⅖'] = "\\frac{2}{5}",
        ['⅗'] = "\\frac{3}{5}",
        ['⅘'] = "\\frac{4}{5}",
        ['⅙'] = "\\frac{1}{6}",
        ['⅚'] = "\\frac{5}{6}",
        ['⅛'] = "\\frac{1}{8}",
        ['⅜'] = "\\frac{3}{8}",
        ['⅝'] = "\\frac{5}{8}",
        ['⅞'] = "\\frac{7}{8}",
        ['⅐'] = "\\frac{1}{7}",
        ['⅑'] = "\\frac{1}{9}",
        ['⅒'] = "\\frac{1}{10}",
        ['⟨'] = "\\langle ",
        ['⟩'] = "\\rangle ",
        ['⌊'] = "\\lfloor ",
        ['⌋'] = "\\rfloor ",
        ['⌈'] = "\\lceil ",
        ['⌉'] = "\\rceil ",
        ['ϕ'] = "\\phi ",
        ['ϵ'] = "\\epsilon ",
        ['ϑ'] = "\\theta ",
        ['∆'] = "\\Delta ",
        ['µ'] = "\\mu ",
        ['Ω'] = "\\Omega ",
        ['∶'] = ":",
        ['￥'] = "¥",
        ['\u200b'] = "",
        ['\u2060'] = "",
        ['\ufeff'] = "",
        ['。'] = ".",
        ['、'] = ",",
    }.ToFrozenDictionary();

    private static readonly string[] GreekLetters =
    [
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "omicron", "pi",
        "rho", "sigma", "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega",
    ];

    public static string Fold(string text)
    {
        if (Ascii.IsValid(text)) return text;
        var folded = new StringBuilder(text.Length + 16);
        for (var at = 0; at < text.Length; at++)
        {
            var symbol = text[at];
            if (Map.TryGetValue(symbol, out var tex)) folded.Append(tex);
            else if (Superscripts.Contains(symbol)) at = Script(folded, text, at, '^', Superscripts);
            else if (Subscripts.Contains(symbol)) at = Script(folded, text, at, '_', Subscripts);
            else if (symbol is >= 'α' and <= 'ω') folded.Append('\\').Append(GreekLetters[symbol - 'α']).Append(' ');
            else if (symbol is 'Γ' or 'Δ' or 'Θ' or 'Λ' or 'Ξ' or 'Π' or 'Σ' or 'Φ' or 'Ψ' or 'Ω') folded.Append(Capital(symbol));
            else folded.Append(symbol is >= '！' and <= '～' ? (char)(symbol - '！' + '!') : symbol);
        }
        return folded.ToString();
    }

    private static string Capital(char symbol)
    {
        var name = GreekLetters[symbol - 'Α'];
        return $"\\{char.ToUpperInvariant(name[0])}{name[1..]} ";
    }

    private static int Script(StringBuilder folded, string text, int at, char mark, string scripts)
    {
        folded.Append(mark).Append('{');
        for (; at < text.Length && scripts.IndexOf(text[at], StringComparison.Ordinal) is var index and >= 0; at++)
            folded.Append(ScriptValues[index]);
        folded.Append('}');
        return at - 1;
    }
}
