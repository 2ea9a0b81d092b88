using System.Collections.Frozen;

namespace MultiagentFT.Debate.Tasks.Grading.Tokens;

/// <summary>What the lexer has to know about TeX's commands.</summary>
internal static class Commands
{
    /// <summary>Functions that take the product behind them as their argument.</summary>
    public static readonly FrozenSet<string> Functions = FrozenSet.Create(
        "sin", "cos", "tan", "cot", "sec", "csc", "arcsin", "arccos", "arctan", "sinh", "cosh", "tanh", "ln", "log", "lg", "exp");

    public static readonly FrozenSet<string> Greek = FrozenSet.Create(
        "alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta", "iota", "kappa", "lambda", "mu", "nu", "xi", "pi", "rho",
        "sigma", "tau", "upsilon", "phi", "chi", "psi", "omega", "Gamma", "Delta", "Theta", "Lambda", "Xi", "Pi", "Sigma", "Upsilon",
        "Phi", "Psi", "Omega");

    /// <summary>Signs of currencies, and the units that they are.</summary>
    public static readonly FrozenDictionary<string, string> Currencies = new Dictionary<string, string>
    {
        ["$"] = "dollar",
        ["€"] = "euro",
        ["£"] = "gbp",
        ["¥"] = "yen",
        ["₹"] = "rupee",
    }.ToFrozenDictionary();

    /// <summary>Names that are commands without their backslash too, as in sqrt(3) or 2pi.</summary>
    public static readonly FrozenSet<string> Bare =
        [.. Functions, .. Greek.Where(name => name.Length > 2), "pi", "sqrt", "infty", "infinity", "Infinity", "inf"];

    /// <summary>Wrappers of which only the content counts; true where the content is text.</summary>
    public static readonly FrozenDictionary<string, bool> Wrappers = new Dictionary<string, bool>
    {
        ["text"] = true,
        ["mbox"] = true,
        ["textbf"] = true,
        ["textrm"] = true,
        ["textit"] = true,
        ["hbox"] = true,
        ["mathrm"] = true,
        ["textsf"] = true,
        ["texttt"] = true,
        ["textnormal"] = true,
        ["operatorname"] = false,
        ["boxed"] = false,
        ["fbox"] = false,
        ["emph"] = false,
        ["boldsymbol"] = false,
        ["mathbf"] = false,
        ["mathit"] = false,
        ["mathsf"] = false,
        ["bm"] = false,
        ["pmb"] = false,
        ["ensuremath"] = false,
        ["underline"] = false,
        ["mathcal"] = false,
        ["mathnormal"] = false,
    }.ToFrozenDictionary();

    /// <summary>Commands that change how an answer looks and not what it says.</summary>
    public static readonly FrozenSet<string> Looks = FrozenSet.Create(
        "left", "right", "middle", "big", "Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr",
        "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "rm", "bf", "it", "quad", "qquad", "thinspace", "enspace",
        "space", "hfill", "strut", "allowbreak", "nobreak", "unicode", "mathstrut", "normalsize", "large", "Large");

    /// <summary>One spelling for commands that mean the same.</summary>
    public static readonly FrozenDictionary<string, string> Synonyms = new Dictionary<string, string>
    {
        ["dfrac"] = "frac",
        ["tfrac"] = "frac",
        ["cfrac"] = "frac",
        ["dbinom"] = "binom",
        ["tbinom"] = "binom",
        ["geq"] = "ge",
        ["geqslant"] = "ge",
        ["geqq"] = "ge",
        ["leq"] = "le",
        ["leqslant"] = "le",
        ["leqq"] = "le",
        ["neq"] = "ne",
        ["gt"] = ">",
        ["lt"] = "<",
        ["ast"] = "cdot",
        ["times"] = "cdot",
        ["bullet"] = "cdot",
        ["div"] = "/",
        ["varepsilon"] = "epsilon",
        ["vartheta"] = "theta",
        ["varphi"] = "phi",
        ["varnothing"] = "emptyset",
        ["infinity"] = "infty",
        ["inf"] = "infty",
        ["Infinity"] = "infty",
        ["lbrace"] = "\\{",
        ["rbrace"] = "\\}",
        ["lvert"] = "|",
        ["rvert"] = "|",
        ["vert"] = "|",
        ["lbrack"] = "[",
        ["rbrack"] = "]",
        ["lparen"] = "(",
        ["rparen"] = ")",
        ["colon"] = ":",
        ["bigcup"] = "cup",
        ["bigcap"] = "cap",
        ["isin"] = "in",
        ["degree"] = "circ",
        ["prime"] = "'",
        ["land"] = "wedge",
        ["lor"] = "vee",
        ["plusmn"] = "pm",
        ["Reals"] = "R",
        ["overrightarrow"] = "vec",
        ["widehat"] = "hat",
        ["bar"] = "overline",
        ["dot"] = "overline",
    }.ToFrozenDictionary();
}
