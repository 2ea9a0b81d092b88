namespace MultiagentFT.Bench.Loading;

/// <summary>Another server of OpenAI's API that was started with the same model and adapters.</summary>
/// <param name="Address">Such as <c>http://127.0.0.1:8081/v1/</c>.</param>
/// <param name="Models">Its name of each adapter; empty where <paramref name="NamesAdaptersByIndex"/> says it.</param>
/// <param name="NamesAdaptersByIndex">Whether requests choose adapters as llama.cpp's server has them: <c>lora</c>, a list of indices with scales.</param>
public sealed record OtherServer(Uri Address, IReadOnlyList<string> Models, bool NamesAdaptersByIndex)
{
    /// <summary>What llama.cpp's server, which has one model, does not read.</summary>
    private const string AnyModel = "any";

    internal string ModelOf(int adapter) => NamesAdaptersByIndex ? AnyModel : Models[adapter % Models.Count];

    /// <summary>A request's fields as this server reads them.</summary>
    /// <param name="adapters">Of all requests; those that one does not use have no weight in it.</param>
    internal Dictionary<string, object> Fields(Dictionary<string, object> body, int adapter, int adapters)
    {
        if (!NamesAdaptersByIndex) return body;
        body["lora"] = Enumerable.Range(0, adapters).Select(id => new { id, scale = id == adapter ? 1.0 : 0.0 });
        // Answers go on to their limit, as here; what was computed for others is not reused, as every prompt is new.
        body["ignore_eos"] = true;
        body["cache_prompt"] = false;
        return body;
    }
}
