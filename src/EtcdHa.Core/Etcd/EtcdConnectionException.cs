namespace EtcdHa.Core.Etcd;

/// <summary>An endpoint could not be reached or is not who it should be; the message is the row's error text, one line.</summary>
internal sealed class EtcdConnectionException(string reason, Exception? innerException = null)
    : Exception(reason, innerException);
