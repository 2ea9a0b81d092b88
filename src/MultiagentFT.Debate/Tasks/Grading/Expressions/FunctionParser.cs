namespace MultiagentFT.Debate.Tasks.Grading.Expressions;

/// <summary>Reads a function with its power, base and argument: \cos^2 x, \log_2 3, \sin^{-1} x, \ln(2x).</summary>
internal sealed class FunctionParser(ExpressionParser parser)
{
    public Expr? Read()
    {
        var name = parser.Next!.Value.Text;
        parser.At++;
        Expr? power = null;
        Expr? radix = null;
        for (var i = 0; i < 2 && (parser.Is("^") || parser.Is("_")); i++)
        {
            var isPower = parser.Is("^");
            parser.At++;
            if (Script() is not { } script) return null;
            if (isPower) power = script;
            else radix = script;
        }
        if (radix is not null && name != "log") return null;
        if (parser.Argument() is not { } argument) return null;
        if (power is Number { Value: var inverse } && inverse == -1 && name is "sin" or "cos" or "tan") (name, power) = ("arc" + name, null);
        var value = Apply(name, radix, argument);
        return power is null ? value : Simplify.Power(value, power);
    }

    private static Expr Apply(string name, Expr? radix, Expr argument) => name switch
    {
        "exp" => Simplify.Power(new Symbol("e"), argument),
        "log" or "lg" => Simplify.Call("log", radix ?? new Number(10), argument),
        "ln" => Simplify.Call("log", new Symbol("e"), argument),
        "cot" => Simplify.Quotient(Simplify.Call("cos", argument), Simplify.Call("sin", argument)),
        "sec" => Simplify.Inverse(Simplify.Call("cos", argument)),
        "csc" => Simplify.Inverse(Simplify.Call("sin", argument)),
        "tan" => Simplify.Quotient(Simplify.Call("sin", argument), Simplify.Call("cos", argument)),
        _ => Simplify.Call(name, argument),
    };

    private Expr? Script()
    {
        if (!parser.Is("-")) return parser.Factor();
        parser.At++;
        return parser.Factor() is { } value ? Simplify.Negated(value) : null;
    }
}
