using MultiagentFT.Contracts.Generation;

namespace MultiagentFT.Runs.Folder;

/// <summary>The base model where files and options name it: a path, or a remote model, which lies in no folder.</summary>
public static class ModelPath
{
    /// <param name="model">A path or a remote model.</param>
    /// <param name="map">Of a path.</param>
    public static string Map(string model, Func<string, string> map) => RemoteModel.IsRemote(model) ? model : map(model);

    /// <summary>The name for a column or a folder: of a path the file's without its end, of a remote model the endpoint's with letters that folders may have.</summary>
    public static string Title(string model) => RemoteModel.IsRemote(model)
        ? string.Concat(RemoteModel.NameOf(model).Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '_' ? letter : '-')).TrimStart('.')
        : Path.GetFileNameWithoutExtension(model);
}
