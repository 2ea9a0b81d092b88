using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server.Page;

/// <summary>The parameters of a request's address. Each may stand once; unknown ones are refused.</summary>
internal sealed class PageQuery
{
    private readonly IQueryCollection _query;

    /// <exception cref="ApiException">There are others, or one stands twice.</exception>
    public PageQuery(HttpContext context, params ReadOnlySpan<string> names)
    {
        _query = context.Request.Query;
        foreach (var (name, values) in _query)
        {
            if (!names.Contains(name))
                throw new ApiException(400, "unknown_parameter", Printable.Line(name), $"{Printable.Line(name)}: expected {string.Join(", ", names.ToArray())}, found an unknown parameter");
            if (values.Count != 1) throw ApiException.Invalid(name, $"{name}: expected one value, found {values.Count}");
        }
    }

    public string Text(string name, string fallback = "") => _query.TryGetValue(name, out var value) ? value.ToString() : fallback;

    public string RequiredText(string name) => Text(name) is { Length: > 0 } text
        ? text
        : throw new ApiException(400, "missing_required_parameter", name, $"{name}: expected a value, found none");

    public int Whole(string name, int least, int most, int? fallback = null)
    {
        var text = fallback is null ? RequiredText(name) : Text(name);
        if (text.Length == 0) return fallback!.Value;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number
            : throw ApiException.Invalid(name, $"{name}: expected {least} to {most}, found {Printable.Line(text)}");
    }

    /// <summary>A member of an enum, in words with hyphens.</summary>
    public T Choice<T>(string name, T fallback)
        where T : struct, Enum
    {
        var text = Text(name);
        if (text.Length == 0) return fallback;
        foreach (var value in Enum.GetValues<T>())
        {
            if (NameOf(value) == text) return value;
        }
        throw ApiException.Invalid(name, $"{name}: expected {string.Join(", ", Enum.GetValues<T>().Select(NameOf))}, found {Printable.Line(text)}");
    }

    private static string NameOf<T>(T value)
        where T : struct, Enum => JsonNamingPolicy.KebabCaseLower.ConvertName(value.ToString());
}
