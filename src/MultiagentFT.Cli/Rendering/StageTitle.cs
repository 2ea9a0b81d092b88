namespace MultiagentFT.Cli.Rendering;

/// <summary>Stage names for readers, short enough to stand before a bar.</summary>
internal static class StageTitle
{
    /// <param name="stage">Method, iteration and what is done, such as <c>multiagent-ft-1-training</c>.</param>
    public static string Of(string stage)
    {
        var parts = stage.Split('-');
        if (parts.Length < 3) return stage;
        var method = string.Join('-', parts[..^2]);
        var iteration = parts[^2] == "0" ? "" : " " + parts[^2];
        var activity = parts[^1] == "training" ? "training problems" : parts[^1];
        return $"{method}{iteration}, {activity}";
    }
}
