using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using MultiagentFT.Foundation;
using MultiagentFT.Server.Errors;

namespace MultiagentFT.Server;

/// <summary>Answers with a page of a list, newest first: <c>limit</c> items after the one that <c>after</c> names.</summary>
/// <param name="idOf">What <c>after</c> names.</param>
/// <param name="write">Writes an item as a JSON value.</param>
internal sealed class ListAnswer<T>(Func<T, string> idOf, Action<Utf8JsonWriter, T> write)
{
    /// <summary>Items of a page whose request does not say how many.</summary>
    public int UsualLimit { get; init; } = 20;

    /// <summary>Items of a page, at most.</summary>
    public int MostItems { get; init; } = 100;

    /// <summary>Parameters that the caller has read.</summary>
    public IReadOnlyList<string> Others { get; init; } = [];

    /// <exception cref="ApiException">A parameter is unknown or out of range.</exception>
    public Task WriteAsync(HttpContext context, IReadOnlyList<T> items)
    {
        var (start, limit) = (StartOf(context, items), LimitOf(context));
        var page = items.Skip(start).Take(limit).ToList();
        return ApiJson.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("object", "list");
            json.WriteStartArray("data");
            foreach (var item in page) write(json, item);
            json.WriteEndArray();
            json.WriteString("first_id", page.Count == 0 ? null : idOf(page[0]));
            json.WriteString("last_id", page.Count == 0 ? null : idOf(page[^1]));
            json.WriteBoolean("has_more", start + page.Count < items.Count);
            json.WriteEndObject();
        });
    }

    private int LimitOf(HttpContext context)
    {
        var query = context.Request.Query;
        if (query.Keys.FirstOrDefault(key => key is not ("limit" or "after" or "order") && !Others.Contains(key)) is { } unknown)
            throw new ApiException(400, "unknown_parameter", unknown, $"{Printable.Line(unknown)}: expected {string.Join(", ", Others.Append("limit"))} or after, found an unknown parameter");
        if (query["order"].ToString() is not ("" or "desc") and var order) throw ApiException.Unsupported("order", $"order: expected desc, found {Printable.Line(order)}");
        if (query["limit"].ToString() is not { Length: > 0 } text) return UsualLimit;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit) && limit >= 1 && limit <= MostItems
            ? limit
            : throw ApiException.Invalid("limit", $"limit: expected 1 to {MostItems}, found {Printable.Line(text)}");
    }

    private int StartOf(HttpContext context, IReadOnlyList<T> items)
    {
        if (context.Request.Query["after"].ToString() is not { Length: > 0 } after) return 0;
        var start = 0;
        while (start < items.Count && idOf(items[start]) != after) start++;
        return start < items.Count ? start + 1 : throw ApiException.Invalid("after", $"after: expected the id of an item, found {Printable.Line(after)}");
    }
}
